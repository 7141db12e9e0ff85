"""HTTP that is not the UI: sign-in, consent callbacks, health, exports. The door of starlette."""
