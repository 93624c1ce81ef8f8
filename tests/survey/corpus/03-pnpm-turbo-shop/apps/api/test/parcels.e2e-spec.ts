import { Test } from '@nestjs/testing';
import * as request from 'supertest';
import { AppModule } from '../src/app.module';

describe('/parcels', () => {
  it('lists', async () => {
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    const app = await module.createNestApplication().init();
    await request(app.getHttpServer()).get('/parcels').expect(200);
    await app.close();
  });
});
