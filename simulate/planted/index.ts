import { BUILDING } from './building';
import { DELIVERING } from './delivering';
import { Defect } from './defect';
import { PLANNING } from './planning';
import { PROMOTING } from './promoting';

export const DEFECTS: readonly Defect[] = [...PLANNING, ...BUILDING, ...PROMOTING, ...DELIVERING];
