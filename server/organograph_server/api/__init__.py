"""What the addresses of this server take and give, told to programs: operations, parameters, and the endpoints themselves."""
