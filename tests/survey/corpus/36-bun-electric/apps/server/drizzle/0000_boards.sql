CREATE TABLE `boards` (`id` text PRIMARY KEY NOT NULL, `title` text);
