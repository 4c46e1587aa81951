import { BUILDING } from './building';
import { Defect } from './defect';
import { DELIVERING } from './delivering';
import { PLANNING } from './planning';
import { PROMOTING } from './promoting';

export const DEFECTS: readonly Defect[] = [...PLANNING, ...BUILDING, ...PROMOTING, ...DELIVERING];
