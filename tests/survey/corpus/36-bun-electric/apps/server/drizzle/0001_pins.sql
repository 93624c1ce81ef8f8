CREATE TABLE `pins` (`id` text PRIMARY KEY NOT NULL, `board` text REFERENCES `boards`(`id`), `url` text);
