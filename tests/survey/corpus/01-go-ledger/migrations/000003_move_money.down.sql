DROP FUNCTION move_money;
