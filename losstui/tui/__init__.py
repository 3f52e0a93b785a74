"""The terminal screen. Importing this package is cheap: Textual comes in with `losstui.tui.losstui_app`."""
