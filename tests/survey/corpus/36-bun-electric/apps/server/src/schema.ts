import { sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const boards = sqliteTable('boards', { id: text('id').primaryKey(), title: text('title') });
