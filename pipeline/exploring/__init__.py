"""The page behind `make explore`: one mixture or two, what is said of them, and a campaign's ranking."""
