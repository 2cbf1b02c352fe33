"""The addresses of this server, one blueprint each: what a request names is found, and given in the format that it asks for."""
