"""What stands between the network and the application: listens, counts, keeps room for all, and answers at once what it can."""
