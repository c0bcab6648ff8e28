"""The same program as the installed ``jcsim``; bare, it does the main job."""

from jcsim.cli.main import main

if __name__ == "__main__":
    main()
