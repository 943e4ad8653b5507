import { Column, Entity, PrimaryColumn } from 'typeorm';
import { moment, position } from './columns.js';

/** One event of the log as a line of the story. */
@Entity('story_entry')
export class StoryEntryRow {
  @PrimaryColumn('text')
  stream!: string;

  @PrimaryColumn('integer')
  revision!: number;

  @Column(position)
  position!: number;

  @Column(moment)
  at!: string;

  @Column('text')
  type!: string;

  /** Null for what is not about a release. */
  @Column({ type: 'text', nullable: true })
  release!: string | null;

  @Column({ type: 'text', nullable: true })
  batch!: string | null;

  @Column({ type: 'text', nullable: true })
  unit!: string | null;

  @Column({ type: 'text', name: 'actor_kind' })
  actorKind!: string;

  @Column({ type: 'text', name: 'actor_id' })
  actorId!: string;

  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  @Column('text')
  sentence!: string;

  @Column({ type: 'jsonb', nullable: true })
  evidence!: Record<string, unknown> | null;
}
