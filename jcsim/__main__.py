"""``python -m jcsim`` is the same program as ``jcsim``."""

from jcsim.cli.main import main

if __name__ == "__main__":
    main()
