DROP TABLE goods;
