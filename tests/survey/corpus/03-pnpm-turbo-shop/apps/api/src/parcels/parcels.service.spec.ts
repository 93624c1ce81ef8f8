import { NotFoundException } from '@nestjs/common';
import { ParcelsService } from './parcels.service';

describe('ParcelsService', () => {
  it('refuses an unknown reference', async () => {
    const service = new ParcelsService();
    await expect(service.one('nope')).rejects.toBeInstanceOf(NotFoundException);
  });
});
