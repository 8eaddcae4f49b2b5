"""What is erased on a customer's request, and what keeps it from coming back."""
