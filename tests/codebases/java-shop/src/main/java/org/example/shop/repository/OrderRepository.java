package org.example.shop.repository;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.example.shop.model.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
public class OrderRepository {
    private final JdbcClient jdbc;

    public OrderRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public Optional<Order> find(long id) {
        return jdbc.sql("SELECT id, customer_id, cents, placed_at FROM orders WHERE id = ?")
                .param(id)
                .query(Order.class)
                .optional();
    }

    public List<Order> ofCustomer(long customer) {
        return jdbc.sql("SELECT id, customer_id, cents, placed_at FROM orders WHERE customer_id = ? ORDER BY id")
                .param(customer)
                .query(Order.class)
                .list();
    }

    public Order insert(long customer, long cents, Instant placedAt) {
        return jdbc.sql("INSERT INTO orders (customer_id, cents, placed_at) VALUES (?, ?, ?) RETURNING *")
                .params(customer, cents, placedAt)
                .query(Order.class)
                .single();
    }
}
