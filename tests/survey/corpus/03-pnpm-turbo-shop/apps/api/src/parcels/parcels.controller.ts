import { Body, Controller, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import type { NewParcel, Parcel } from '@parcelhub/contracts';
import { ParcelsService } from './parcels.service';

@Controller('parcels')
export class ParcelsController {
  constructor(private readonly parcels: ParcelsService) {}

  @Get()
  list(): Promise<Parcel[]> {
    return this.parcels.list();
  }

  @Get(':reference')
  one(@Param('reference') reference: string): Promise<Parcel> {
    return this.parcels.one(reference);
  }

  @Post()
  @HttpCode(201)
  create(@Body() body: NewParcel): Promise<Parcel> {
    return this.parcels.create(body);
  }

  @Patch(':reference/status')
  move(@Param('reference') reference: string, @Body('status') status: string): Promise<Parcel> {
    return this.parcels.move(reference, status);
  }
}
