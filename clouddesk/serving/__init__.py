"""Running the portal: one supervisor starts the database, the web server and the job worker, and keeps them alive."""
