import { Injectable, NotFoundException } from '@nestjs/common';
import { PrismaClient } from '@prisma/client';
import type { NewParcel, Parcel } from '@parcelhub/contracts';

@Injectable()
export class ParcelsService {
  private readonly db = new PrismaClient();

  list(): Promise<Parcel[]> {
    return this.db.parcel.findMany();
  }

  async one(reference: string): Promise<Parcel> {
    const parcel = await this.db.parcel.findUnique({ where: { reference } });
    if (!parcel) throw new NotFoundException(`no parcel ${reference}`);
    return parcel;
  }

  create(data: NewParcel): Promise<Parcel> {
    return this.db.parcel.create({ data });
  }

  move(reference: string, status: string): Promise<Parcel> {
    return this.db.parcel.update({ where: { reference }, data: { status } });
  }
}
