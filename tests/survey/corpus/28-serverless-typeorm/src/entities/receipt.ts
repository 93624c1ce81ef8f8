import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity()
export class Receipt {
  @PrimaryColumn('uuid') id!: string;
  @Column('numeric') total!: string;
  @Column({ nullable: true }) shop?: string;
}
