import { Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { ParcelsController } from './parcels/parcels.controller';
import { ParcelsService } from './parcels/parcels.service';

@Module({
  imports: [LoggerModule.forRoot()],
  controllers: [ParcelsController],
  providers: [ParcelsService],
})
export class AppModule {}
