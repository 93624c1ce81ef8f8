package org.example.shop.service;

import java.time.Clock;
import java.util.List;
import org.example.shop.error.NotFoundException;
import org.example.shop.model.Order;
import org.example.shop.repository.OrderRepository;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
public class OrderService {
    private final OrderRepository orders;
    private final PricingService pricing;
    private final Clock clock;

    public OrderService(OrderRepository orders, PricingService pricing, Clock clock) {
        this.orders = orders;
        this.pricing = pricing;
        this.clock = clock;
    }

    public Order get(long id) {
        return orders.find(id).orElseThrow(() -> new NotFoundException("order " + id));
    }

    public List<Order> ofCustomer(long customer) {
        return orders.ofCustomer(customer);
    }

    @Transactional
    public Order place(long customer, List<String> articles) {
        long cents = pricing.total(articles);
        return orders.insert(customer, cents, clock.instant());
    }
}
