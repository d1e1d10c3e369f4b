"""`python -m zaindu`."""

from zaindu.cli import main

if __name__ == "__main__":
    main()
