import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ReceiptShop1711500000000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE receipt ADD shop text');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE receipt DROP shop');
  }
}
