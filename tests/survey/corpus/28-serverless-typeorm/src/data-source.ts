import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { Receipt } from './entities/receipt.js';

export default new DataSource({
  type: 'postgres',
  url: process.env.DATABASE_URL,
  entities: [Receipt],
  migrations: ['src/db/*.ts'],
});
