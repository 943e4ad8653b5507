import { Column, Entity, PrimaryColumn } from 'typeorm';
import { moment, position } from './columns.js';

export type HowItCame = 'deployed' | 'rolled-back' | 'found';

/** What a unit runs from a moment on, until the next row of the same unit. */
@Entity('unit_version')
export class UnitVersionRow {
  @PrimaryColumn('text')
  unit!: string;

  @PrimaryColumn(position)
  position!: number;

  /** One event can say two things of a unit: what it was found to run (0) and what it was brought to (1). */
  @PrimaryColumn('smallint')
  step!: number;

  @Column(moment)
  since!: string;

  /** Null when it ran nothing. */
  @Column({ type: 'text', nullable: true })
  version!: string | null;

  @Column({ type: 'text', nullable: true })
  previous!: string | null;

  @Column('text')
  how!: HowItCame;

  @Column('text')
  release!: string;

  @Column('text')
  batch!: string;

  @Column({ type: 'text', name: 'actor_kind' })
  actorKind!: string;

  @Column({ type: 'text', name: 'actor_id' })
  actorId!: string;

  @Column({ type: 'text', nullable: true })
  reason!: string | null;
}
