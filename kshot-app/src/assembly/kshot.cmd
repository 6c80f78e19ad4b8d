@echo off
rem Sets what has to be set before the JVM starts, and runs kshot. The script "kshot" says why.
setlocal
set OPENBLAS_NUM_THREADS=1
set ORT_DISABLE_TELEMETRY=1
if not defined ONEDNN_PRIMITIVE_CACHE_CAPACITY set ONEDNN_PRIMITIVE_CACHE_CAPACITY=100000
set JAVA=java
if defined JAVA_HOME set JAVA=%JAVA_HOME%\bin\java
"%JAVA%" -XX:+UseParallelGC -XX:MaxRAMPercentage=25 -Dfile.encoding=UTF-8 -Dorg.bytedeco.javacpp.maxBytes=0 ^
  -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 %KSHOT_JAVA_OPTIONS% -jar "%~dp0kshot-app.jar" %*
