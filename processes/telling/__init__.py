"""What people are told outside Banjie: who wants what by which way and when, the outbox, and the ways out (mail, SMS, robots)."""
