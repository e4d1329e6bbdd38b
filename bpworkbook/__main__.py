"""`python -m bpworkbook`: the same as the command `bpworkbook`."""

from bpworkbook.cli import main

if __name__ == "__main__":
    main()
