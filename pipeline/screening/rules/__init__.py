"""One limit a file: what it closes, judged on the few axes that it looks at."""
