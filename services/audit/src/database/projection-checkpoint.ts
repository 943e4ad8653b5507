import { Column, Entity, PrimaryColumn } from 'typeorm';
import { position } from './columns.js';

/** How far in the log a projection is. Written in the same transaction as its rows. */
@Entity('projection_checkpoint')
export class ProjectionCheckpointRow {
  @PrimaryColumn('text')
  name!: string;

  @Column(position)
  position!: number;
}
