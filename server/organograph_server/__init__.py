"""The shop window of Organograph: reads a published dataset and answers for it over HTTP; it never builds."""
