package org.example.shop.service;

import org.example.shop.error.NotFoundException;
import org.example.shop.model.Customer;
import org.example.shop.repository.CustomerRepository;
import org.springframework.stereotype.Service;

@Service
public class CustomerService {
    private final CustomerRepository customers;

    public CustomerService(CustomerRepository customers) {
        this.customers = customers;
    }

    public Customer get(long id) {
        return customers.find(id).orElseThrow(() -> new NotFoundException("customer " + id));
    }
}
