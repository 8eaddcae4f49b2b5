"""What is kept: settings, the desk's files, the database and the releases."""
