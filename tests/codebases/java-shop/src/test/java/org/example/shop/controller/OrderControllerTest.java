package org.example.shop.controller;

import static org.mockito.BDDMockito.given;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import org.example.shop.error.NotFoundException;
import org.example.shop.service.OrderService;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.web.servlet.WebMvcTest;
import org.springframework.boot.test.mock.mockito.MockBean;
import org.springframework.test.web.servlet.MockMvc;

@WebMvcTest(OrderController.class)
class OrderControllerTest {
    @Autowired
    private MockMvc mvc;

    @MockBean
    private OrderService orders;

    @Test
    void anUnknownOrderIsNotFound() throws Exception {
        given(orders.get(7)).willThrow(new NotFoundException("order 7"));
        mvc.perform(get("/orders/7")).andExpect(status().isNotFound());
    }
}
