"""What people write about the service elsewhere: reviews, posts, comments, articles."""
