"""A channel's live adapter: decrypts its grant, renews it under a lock, hands over the guarded client.

Called by the delivery room and by the channels page. Shapes are the contract's.
"""
