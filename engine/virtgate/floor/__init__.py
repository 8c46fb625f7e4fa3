"""What a minimum release means for a driver."""
