CREATE FUNCTION move_money(src uuid, dst uuid, amount bigint, memo text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE account SET balance = balance - amount WHERE id = src;
    UPDATE account SET balance = balance + amount WHERE id = dst;
    INSERT INTO posting (account, amount, memo) VALUES (src, -amount, memo), (dst, amount, memo);
END $$;
