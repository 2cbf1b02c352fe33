"""The languages of the pages: which one a request wants, and what each says for a message."""
