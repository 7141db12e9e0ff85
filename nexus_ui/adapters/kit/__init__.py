"""Parts an adapter composes: transport, sign-in, budgets, hosts. Knows no marketplace, no storage, no settings."""
