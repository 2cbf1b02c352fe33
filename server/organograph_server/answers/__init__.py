"""Makes answers, keeps them, and gives them again: representations, conditions, pages of long lists, and refusals."""
