"""What people see. The door of Reflex; looks through storage, acts through flows."""
