package org.frontdesk;

public final class Kiosk {
    public static void main(String[] args) {
        System.out.println("Welcome");
    }
}
