"""`python -m losstui`."""

from losstui.cli import main

raise SystemExit(main())
