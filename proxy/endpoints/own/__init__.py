"""What stands under our own name beside the API."""
