"""`python -m losstui`."""

from losstui.start import main

raise SystemExit(main())
