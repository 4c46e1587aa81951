// Generated from schema/catalogue.schema.json by `npm run schema`. Do not edit.
// @ts-nocheck
/* eslint-disable */
"use strict";
export const validate = validate21;
export default validate21;
const schema6 = {"type":"object","required":["version","components"],"additionalProperties":false,"properties":{"$schema":{"type":"string"},"version":{"const":1},"solution":{"type":"string","minLength":1},"components":{"type":"array","items":{"type":"object","required":["name","path"],"additionalProperties":false,"properties":{"name":{"type":"string","minLength":1},"path":{"type":"string","minLength":1},"include":{"type":"array","items":{"type":"string","minLength":1}},"exclude":{"type":"array","items":{"type":"string","minLength":1}},"dependsOn":{"type":"array","items":{"type":"string","minLength":1}},"testDependsOn":{"type":"array","items":{"type":"string","minLength":1}},"testPackages":{"type":"array","items":{"type":"string","minLength":1}},"interface":{"type":"array","items":{"type":"string","minLength":1}},"rebuildEveryHours":{"type":"integer","minimum":1,"maximum":8784},"build":{"$ref":"#/$defs/build"}}}},"globalPaths":{"type":"array","items":{"type":"string","minLength":1}},"unownedPaths":{"enum":["ignore","all","error"]},"traceLockfiles":{"type":"boolean"},"sharedPackages":{"type":"object","additionalProperties":{"type":"object","additionalProperties":false,"properties":{"build":{"type":"array","items":{"type":"string","minLength":1}},"test":{"type":"array","items":{"type":"string","minLength":1}}}}},"unread":{"type":"array","items":{"type":"string","minLength":1}},"excludedPaths":{"type":"array","items":{"type":"string","minLength":1}},"foundAt":{"type":"string","pattern":"^(?:dirty|[0-9a-f]{40}|[0-9a-f]{64})$"},"foundOn":{"type":"string","pattern":"^\\d{4}-\\d{2}-\\d{2}$"},"dirtyPaths":{"type":"array","items":{"type":"string","minLength":1}},"foundFrom":{"type":"array","items":{"type":"string","minLength":1}},"references":{"type":"object","additionalProperties":{"type":"array","items":{"type":"string","minLength":1}}},"commands":{"type":"object","additionalProperties":{"type":"array","items":{"type":"string","minLength":1}}}},"$defs":{"build":{"type":"object","required":["digest","kind","artifact","parameters"],"properties":{"digest":{"type":"string","minLength":1},"kind":{"type":"string","minLength":1},"artifact":{"type":"object","required":["type"],"properties":{"type":{"enum":["image","zip","file","files","assembly","reference","none"]}}},"parameters":{"type":"array","items":{"type":"object","required":["name","part"],"properties":{"name":{"type":"string","minLength":1},"part":{"anyOf":[{"enum":["location","bucket","key"]},{"type":"object","required":["file"],"properties":{"file":{"type":"string","minLength":1}}}]}}}}}}}};
const func2 = Object.prototype.hasOwnProperty;
const schema7 = {"type":"object","required":["digest","kind","artifact","parameters"],"properties":{"digest":{"type":"string","minLength":1},"kind":{"type":"string","minLength":1},"artifact":{"type":"object","required":["type"],"properties":{"type":{"enum":["image","zip","file","files","assembly","reference","none"]}}},"parameters":{"type":"array","items":{"type":"object","required":["name","part"],"properties":{"name":{"type":"string","minLength":1},"part":{"anyOf":[{"enum":["location","bucket","key"]},{"type":"object","required":["file"],"properties":{"file":{"type":"string","minLength":1}}}]}}}}}};

function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.digest === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "digest"},message:"must have required property '"+"digest"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.kind === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.artifact === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "artifact"},message:"must have required property '"+"artifact"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.parameters === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "parameters"},message:"must have required property '"+"parameters"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.digest !== undefined){
let data0 = data.digest;
if(typeof data0 === "string"){
if(data0.length < 1){
const err4 = {instancePath:instancePath+"/digest",schemaPath:"#/properties/digest/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
else {
const err5 = {instancePath:instancePath+"/digest",schemaPath:"#/properties/digest/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.kind !== undefined){
let data1 = data.kind;
if(typeof data1 === "string"){
if(data1.length < 1){
const err6 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.artifact !== undefined){
let data2 = data.artifact;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(data2.type === undefined){
const err8 = {instancePath:instancePath+"/artifact",schemaPath:"#/properties/artifact/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data2.type !== undefined){
let data3 = data2.type;
if(!(((((((data3 === "image") || (data3 === "zip")) || (data3 === "file")) || (data3 === "files")) || (data3 === "assembly")) || (data3 === "reference")) || (data3 === "none"))){
const err9 = {instancePath:instancePath+"/artifact/type",schemaPath:"#/properties/artifact/properties/type/enum",keyword:"enum",params:{allowedValues: schema7.properties.artifact.properties.type.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath:instancePath+"/artifact",schemaPath:"#/properties/artifact/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.parameters !== undefined){
let data4 = data.parameters;
if(Array.isArray(data4)){
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
let data5 = data4[i0];
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
if(data5.name === undefined){
const err11 = {instancePath:instancePath+"/parameters/" + i0,schemaPath:"#/properties/parameters/items/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data5.part === undefined){
const err12 = {instancePath:instancePath+"/parameters/" + i0,schemaPath:"#/properties/parameters/items/required",keyword:"required",params:{missingProperty: "part"},message:"must have required property '"+"part"+"'"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(data5.name !== undefined){
let data6 = data5.name;
if(typeof data6 === "string"){
if(data6.length < 1){
const err13 = {instancePath:instancePath+"/parameters/" + i0+"/name",schemaPath:"#/properties/parameters/items/properties/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/parameters/" + i0+"/name",schemaPath:"#/properties/parameters/items/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data5.part !== undefined){
let data7 = data5.part;
const _errs15 = errors;
let valid5 = false;
const _errs16 = errors;
if(!(((data7 === "location") || (data7 === "bucket")) || (data7 === "key"))){
const err15 = {instancePath:instancePath+"/parameters/" + i0+"/part",schemaPath:"#/properties/parameters/items/properties/part/anyOf/0/enum",keyword:"enum",params:{allowedValues: schema7.properties.parameters.items.properties.part.anyOf[0].enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
var _valid0 = _errs16 === errors;
valid5 = valid5 || _valid0;
if(!valid5){
const _errs17 = errors;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
if(data7.file === undefined){
const err16 = {instancePath:instancePath+"/parameters/" + i0+"/part",schemaPath:"#/properties/parameters/items/properties/part/anyOf/1/required",keyword:"required",params:{missingProperty: "file"},message:"must have required property '"+"file"+"'"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(data7.file !== undefined){
let data8 = data7.file;
if(typeof data8 === "string"){
if(data8.length < 1){
const err17 = {instancePath:instancePath+"/parameters/" + i0+"/part/file",schemaPath:"#/properties/parameters/items/properties/part/anyOf/1/properties/file/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
else {
const err18 = {instancePath:instancePath+"/parameters/" + i0+"/part/file",schemaPath:"#/properties/parameters/items/properties/part/anyOf/1/properties/file/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
}
else {
const err19 = {instancePath:instancePath+"/parameters/" + i0+"/part",schemaPath:"#/properties/parameters/items/properties/part/anyOf/1/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
var _valid0 = _errs17 === errors;
valid5 = valid5 || _valid0;
}
if(!valid5){
const err20 = {instancePath:instancePath+"/parameters/" + i0+"/part",schemaPath:"#/properties/parameters/items/properties/part/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
else {
errors = _errs15;
if(vErrors !== null){
if(_errs15){
vErrors.length = _errs15;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err21 = {instancePath:instancePath+"/parameters/" + i0,schemaPath:"#/properties/parameters/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
else {
const err22 = {instancePath:instancePath+"/parameters",schemaPath:"#/properties/parameters/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
else {
const err23 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
validate22.errors = vErrors;
return errors === 0;
}

const pattern0 = new RegExp("^(?:dirty|[0-9a-f]{40}|[0-9a-f]{64})$", "u");
const pattern1 = new RegExp("^\\d{4}-\\d{2}-\\d{2}$", "u");

function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.version === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "version"},message:"must have required property '"+"version"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.components === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "components"},message:"must have required property '"+"components"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!(func2.call(schema6.properties, key0))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.$schema !== undefined){
if(typeof data.$schema !== "string"){
const err3 = {instancePath:instancePath+"/$schema",schemaPath:"#/properties/%24schema/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.version !== undefined){
if(1 !== data.version){
const err4 = {instancePath:instancePath+"/version",schemaPath:"#/properties/version/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.solution !== undefined){
let data2 = data.solution;
if(typeof data2 === "string"){
if(data2.length < 1){
const err5 = {instancePath:instancePath+"/solution",schemaPath:"#/properties/solution/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/solution",schemaPath:"#/properties/solution/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.components !== undefined){
let data3 = data.components;
if(Array.isArray(data3)){
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
let data4 = data3[i0];
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
if(data4.name === undefined){
const err7 = {instancePath:instancePath+"/components/" + i0,schemaPath:"#/properties/components/items/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data4.path === undefined){
const err8 = {instancePath:instancePath+"/components/" + i0,schemaPath:"#/properties/components/items/required",keyword:"required",params:{missingProperty: "path"},message:"must have required property '"+"path"+"'"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
for(const key1 in data4){
if(!(func2.call(schema6.properties.components.items.properties, key1))){
const err9 = {instancePath:instancePath+"/components/" + i0,schemaPath:"#/properties/components/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data4.name !== undefined){
let data5 = data4.name;
if(typeof data5 === "string"){
if(data5.length < 1){
const err10 = {instancePath:instancePath+"/components/" + i0+"/name",schemaPath:"#/properties/components/items/properties/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/components/" + i0+"/name",schemaPath:"#/properties/components/items/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data4.path !== undefined){
let data6 = data4.path;
if(typeof data6 === "string"){
if(data6.length < 1){
const err12 = {instancePath:instancePath+"/components/" + i0+"/path",schemaPath:"#/properties/components/items/properties/path/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/components/" + i0+"/path",schemaPath:"#/properties/components/items/properties/path/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data4.include !== undefined){
let data7 = data4.include;
if(Array.isArray(data7)){
const len1 = data7.length;
for(let i1=0; i1<len1; i1++){
let data8 = data7[i1];
if(typeof data8 === "string"){
if(data8.length < 1){
const err14 = {instancePath:instancePath+"/components/" + i0+"/include/" + i1,schemaPath:"#/properties/components/items/properties/include/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/components/" + i0+"/include/" + i1,schemaPath:"#/properties/components/items/properties/include/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath:instancePath+"/components/" + i0+"/include",schemaPath:"#/properties/components/items/properties/include/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data4.exclude !== undefined){
let data9 = data4.exclude;
if(Array.isArray(data9)){
const len2 = data9.length;
for(let i2=0; i2<len2; i2++){
let data10 = data9[i2];
if(typeof data10 === "string"){
if(data10.length < 1){
const err17 = {instancePath:instancePath+"/components/" + i0+"/exclude/" + i2,schemaPath:"#/properties/components/items/properties/exclude/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
else {
const err18 = {instancePath:instancePath+"/components/" + i0+"/exclude/" + i2,schemaPath:"#/properties/components/items/properties/exclude/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
}
else {
const err19 = {instancePath:instancePath+"/components/" + i0+"/exclude",schemaPath:"#/properties/components/items/properties/exclude/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data4.dependsOn !== undefined){
let data11 = data4.dependsOn;
if(Array.isArray(data11)){
const len3 = data11.length;
for(let i3=0; i3<len3; i3++){
let data12 = data11[i3];
if(typeof data12 === "string"){
if(data12.length < 1){
const err20 = {instancePath:instancePath+"/components/" + i0+"/dependsOn/" + i3,schemaPath:"#/properties/components/items/properties/dependsOn/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
else {
const err21 = {instancePath:instancePath+"/components/" + i0+"/dependsOn/" + i3,schemaPath:"#/properties/components/items/properties/dependsOn/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
else {
const err22 = {instancePath:instancePath+"/components/" + i0+"/dependsOn",schemaPath:"#/properties/components/items/properties/dependsOn/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data4.testDependsOn !== undefined){
let data13 = data4.testDependsOn;
if(Array.isArray(data13)){
const len4 = data13.length;
for(let i4=0; i4<len4; i4++){
let data14 = data13[i4];
if(typeof data14 === "string"){
if(data14.length < 1){
const err23 = {instancePath:instancePath+"/components/" + i0+"/testDependsOn/" + i4,schemaPath:"#/properties/components/items/properties/testDependsOn/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
else {
const err24 = {instancePath:instancePath+"/components/" + i0+"/testDependsOn/" + i4,schemaPath:"#/properties/components/items/properties/testDependsOn/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
}
else {
const err25 = {instancePath:instancePath+"/components/" + i0+"/testDependsOn",schemaPath:"#/properties/components/items/properties/testDependsOn/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data4.testPackages !== undefined){
let data15 = data4.testPackages;
if(Array.isArray(data15)){
const len5 = data15.length;
for(let i5=0; i5<len5; i5++){
let data16 = data15[i5];
if(typeof data16 === "string"){
if(data16.length < 1){
const err26 = {instancePath:instancePath+"/components/" + i0+"/testPackages/" + i5,schemaPath:"#/properties/components/items/properties/testPackages/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
else {
const err27 = {instancePath:instancePath+"/components/" + i0+"/testPackages/" + i5,schemaPath:"#/properties/components/items/properties/testPackages/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
}
else {
const err28 = {instancePath:instancePath+"/components/" + i0+"/testPackages",schemaPath:"#/properties/components/items/properties/testPackages/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data4.interface !== undefined){
let data17 = data4.interface;
if(Array.isArray(data17)){
const len6 = data17.length;
for(let i6=0; i6<len6; i6++){
let data18 = data17[i6];
if(typeof data18 === "string"){
if(data18.length < 1){
const err29 = {instancePath:instancePath+"/components/" + i0+"/interface/" + i6,schemaPath:"#/properties/components/items/properties/interface/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
else {
const err30 = {instancePath:instancePath+"/components/" + i0+"/interface/" + i6,schemaPath:"#/properties/components/items/properties/interface/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
}
else {
const err31 = {instancePath:instancePath+"/components/" + i0+"/interface",schemaPath:"#/properties/components/items/properties/interface/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data4.rebuildEveryHours !== undefined){
let data19 = data4.rebuildEveryHours;
if(!(((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19))) && (isFinite(data19)))){
const err32 = {instancePath:instancePath+"/components/" + i0+"/rebuildEveryHours",schemaPath:"#/properties/components/items/properties/rebuildEveryHours/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
if((typeof data19 == "number") && (isFinite(data19))){
if(data19 > 8784 || isNaN(data19)){
const err33 = {instancePath:instancePath+"/components/" + i0+"/rebuildEveryHours",schemaPath:"#/properties/components/items/properties/rebuildEveryHours/maximum",keyword:"maximum",params:{comparison: "<=", limit: 8784},message:"must be <= 8784"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
if(data19 < 1 || isNaN(data19)){
const err34 = {instancePath:instancePath+"/components/" + i0+"/rebuildEveryHours",schemaPath:"#/properties/components/items/properties/rebuildEveryHours/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
}
if(data4.build !== undefined){
if(!(validate22(data4.build, {instancePath:instancePath+"/components/" + i0+"/build",parentData:data4,parentDataProperty:"build",rootData}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
}
}
else {
const err35 = {instancePath:instancePath+"/components/" + i0,schemaPath:"#/properties/components/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
}
else {
const err36 = {instancePath:instancePath+"/components",schemaPath:"#/properties/components/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data.globalPaths !== undefined){
let data21 = data.globalPaths;
if(Array.isArray(data21)){
const len7 = data21.length;
for(let i7=0; i7<len7; i7++){
let data22 = data21[i7];
if(typeof data22 === "string"){
if(data22.length < 1){
const err37 = {instancePath:instancePath+"/globalPaths/" + i7,schemaPath:"#/properties/globalPaths/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
else {
const err38 = {instancePath:instancePath+"/globalPaths/" + i7,schemaPath:"#/properties/globalPaths/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
}
else {
const err39 = {instancePath:instancePath+"/globalPaths",schemaPath:"#/properties/globalPaths/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data.unownedPaths !== undefined){
let data23 = data.unownedPaths;
if(!(((data23 === "ignore") || (data23 === "all")) || (data23 === "error"))){
const err40 = {instancePath:instancePath+"/unownedPaths",schemaPath:"#/properties/unownedPaths/enum",keyword:"enum",params:{allowedValues: schema6.properties.unownedPaths.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
if(data.traceLockfiles !== undefined){
if(typeof data.traceLockfiles !== "boolean"){
const err41 = {instancePath:instancePath+"/traceLockfiles",schemaPath:"#/properties/traceLockfiles/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
if(data.sharedPackages !== undefined){
let data25 = data.sharedPackages;
if(data25 && typeof data25 == "object" && !Array.isArray(data25)){
for(const key2 in data25){
let data26 = data25[key2];
if(data26 && typeof data26 == "object" && !Array.isArray(data26)){
for(const key3 in data26){
if(!((key3 === "build") || (key3 === "test"))){
const err42 = {instancePath:instancePath+"/sharedPackages/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/sharedPackages/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data26.build !== undefined){
let data27 = data26.build;
if(Array.isArray(data27)){
const len8 = data27.length;
for(let i8=0; i8<len8; i8++){
let data28 = data27[i8];
if(typeof data28 === "string"){
if(data28.length < 1){
const err43 = {instancePath:instancePath+"/sharedPackages/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/build/" + i8,schemaPath:"#/properties/sharedPackages/additionalProperties/properties/build/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
else {
const err44 = {instancePath:instancePath+"/sharedPackages/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/build/" + i8,schemaPath:"#/properties/sharedPackages/additionalProperties/properties/build/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
}
else {
const err45 = {instancePath:instancePath+"/sharedPackages/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/build",schemaPath:"#/properties/sharedPackages/additionalProperties/properties/build/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data26.test !== undefined){
let data29 = data26.test;
if(Array.isArray(data29)){
const len9 = data29.length;
for(let i9=0; i9<len9; i9++){
let data30 = data29[i9];
if(typeof data30 === "string"){
if(data30.length < 1){
const err46 = {instancePath:instancePath+"/sharedPackages/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/test/" + i9,schemaPath:"#/properties/sharedPackages/additionalProperties/properties/test/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
else {
const err47 = {instancePath:instancePath+"/sharedPackages/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/test/" + i9,schemaPath:"#/properties/sharedPackages/additionalProperties/properties/test/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
}
else {
const err48 = {instancePath:instancePath+"/sharedPackages/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/test",schemaPath:"#/properties/sharedPackages/additionalProperties/properties/test/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
}
else {
const err49 = {instancePath:instancePath+"/sharedPackages/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/sharedPackages/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
}
else {
const err50 = {instancePath:instancePath+"/sharedPackages",schemaPath:"#/properties/sharedPackages/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data.unread !== undefined){
let data31 = data.unread;
if(Array.isArray(data31)){
const len10 = data31.length;
for(let i10=0; i10<len10; i10++){
let data32 = data31[i10];
if(typeof data32 === "string"){
if(data32.length < 1){
const err51 = {instancePath:instancePath+"/unread/" + i10,schemaPath:"#/properties/unread/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
else {
const err52 = {instancePath:instancePath+"/unread/" + i10,schemaPath:"#/properties/unread/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
}
else {
const err53 = {instancePath:instancePath+"/unread",schemaPath:"#/properties/unread/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data.excludedPaths !== undefined){
let data33 = data.excludedPaths;
if(Array.isArray(data33)){
const len11 = data33.length;
for(let i11=0; i11<len11; i11++){
let data34 = data33[i11];
if(typeof data34 === "string"){
if(data34.length < 1){
const err54 = {instancePath:instancePath+"/excludedPaths/" + i11,schemaPath:"#/properties/excludedPaths/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
else {
const err55 = {instancePath:instancePath+"/excludedPaths/" + i11,schemaPath:"#/properties/excludedPaths/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
}
else {
const err56 = {instancePath:instancePath+"/excludedPaths",schemaPath:"#/properties/excludedPaths/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
if(data.foundAt !== undefined){
let data35 = data.foundAt;
if(typeof data35 === "string"){
if(!pattern0.test(data35)){
const err57 = {instancePath:instancePath+"/foundAt",schemaPath:"#/properties/foundAt/pattern",keyword:"pattern",params:{pattern: "^(?:dirty|[0-9a-f]{40}|[0-9a-f]{64})$"},message:"must match pattern \""+"^(?:dirty|[0-9a-f]{40}|[0-9a-f]{64})$"+"\""};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
else {
const err58 = {instancePath:instancePath+"/foundAt",schemaPath:"#/properties/foundAt/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
if(data.foundOn !== undefined){
let data36 = data.foundOn;
if(typeof data36 === "string"){
if(!pattern1.test(data36)){
const err59 = {instancePath:instancePath+"/foundOn",schemaPath:"#/properties/foundOn/pattern",keyword:"pattern",params:{pattern: "^\\d{4}-\\d{2}-\\d{2}$"},message:"must match pattern \""+"^\\d{4}-\\d{2}-\\d{2}$"+"\""};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
else {
const err60 = {instancePath:instancePath+"/foundOn",schemaPath:"#/properties/foundOn/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
if(data.dirtyPaths !== undefined){
let data37 = data.dirtyPaths;
if(Array.isArray(data37)){
const len12 = data37.length;
for(let i12=0; i12<len12; i12++){
let data38 = data37[i12];
if(typeof data38 === "string"){
if(data38.length < 1){
const err61 = {instancePath:instancePath+"/dirtyPaths/" + i12,schemaPath:"#/properties/dirtyPaths/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
else {
const err62 = {instancePath:instancePath+"/dirtyPaths/" + i12,schemaPath:"#/properties/dirtyPaths/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
}
else {
const err63 = {instancePath:instancePath+"/dirtyPaths",schemaPath:"#/properties/dirtyPaths/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
if(data.foundFrom !== undefined){
let data39 = data.foundFrom;
if(Array.isArray(data39)){
const len13 = data39.length;
for(let i13=0; i13<len13; i13++){
let data40 = data39[i13];
if(typeof data40 === "string"){
if(data40.length < 1){
const err64 = {instancePath:instancePath+"/foundFrom/" + i13,schemaPath:"#/properties/foundFrom/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
else {
const err65 = {instancePath:instancePath+"/foundFrom/" + i13,schemaPath:"#/properties/foundFrom/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
}
else {
const err66 = {instancePath:instancePath+"/foundFrom",schemaPath:"#/properties/foundFrom/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
if(data.references !== undefined){
let data41 = data.references;
if(data41 && typeof data41 == "object" && !Array.isArray(data41)){
for(const key4 in data41){
let data42 = data41[key4];
if(Array.isArray(data42)){
const len14 = data42.length;
for(let i14=0; i14<len14; i14++){
let data43 = data42[i14];
if(typeof data43 === "string"){
if(data43.length < 1){
const err67 = {instancePath:instancePath+"/references/" + key4.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i14,schemaPath:"#/properties/references/additionalProperties/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
else {
const err68 = {instancePath:instancePath+"/references/" + key4.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i14,schemaPath:"#/properties/references/additionalProperties/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
}
else {
const err69 = {instancePath:instancePath+"/references/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/references/additionalProperties/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
}
else {
const err70 = {instancePath:instancePath+"/references",schemaPath:"#/properties/references/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
if(data.commands !== undefined){
let data44 = data.commands;
if(data44 && typeof data44 == "object" && !Array.isArray(data44)){
for(const key5 in data44){
let data45 = data44[key5];
if(Array.isArray(data45)){
const len15 = data45.length;
for(let i15=0; i15<len15; i15++){
let data46 = data45[i15];
if(typeof data46 === "string"){
if(data46.length < 1){
const err71 = {instancePath:instancePath+"/commands/" + key5.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i15,schemaPath:"#/properties/commands/additionalProperties/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
else {
const err72 = {instancePath:instancePath+"/commands/" + key5.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + i15,schemaPath:"#/properties/commands/additionalProperties/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
}
else {
const err73 = {instancePath:instancePath+"/commands/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/commands/additionalProperties/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
}
else {
const err74 = {instancePath:instancePath+"/commands",schemaPath:"#/properties/commands/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
}
else {
const err75 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
validate21.errors = vErrors;
return errors === 0;
}

