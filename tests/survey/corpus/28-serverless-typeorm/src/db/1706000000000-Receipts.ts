import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Receipts1706000000000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query('CREATE TABLE receipt (id uuid PRIMARY KEY, total numeric NOT NULL)');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE receipt');
  }
}
