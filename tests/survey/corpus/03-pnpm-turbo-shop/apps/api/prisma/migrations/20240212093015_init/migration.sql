CREATE TABLE `Parcel` (
    `id` VARCHAR(191) NOT NULL,
    `reference` VARCHAR(191) NOT NULL,
    PRIMARY KEY (`id`)
);
