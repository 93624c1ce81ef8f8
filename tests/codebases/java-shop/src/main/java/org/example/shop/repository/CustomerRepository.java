package org.example.shop.repository;

import java.util.Optional;
import org.example.shop.model.Customer;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
public class CustomerRepository {
    private final JdbcClient jdbc;

    public CustomerRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public Optional<Customer> find(long id) {
        return jdbc.sql("SELECT id, email, name FROM customers WHERE id = ?")
                .param(id)
                .query(Customer.class)
                .optional();
    }
}
