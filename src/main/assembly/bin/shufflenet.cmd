@echo off
rem Runs the command line, from wherever the archive was unpacked.
setlocal
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"
if not defined OMP_NUM_THREADS set "OMP_NUM_THREADS=1"
set "class_path=%~dp0..\lib\*"
if defined SHUFFLENET_CLASS_PATH set "class_path=%class_path%;%SHUFFLENET_CLASS_PATH%"
"%java%" "@%~dp0..\jvm\java.options" "@%~dp0..\jvm\launcher.options" %SHUFFLENET_JAVA_OPTS% -cp "%class_path%" io.github.shufflenet4j.cli.Main %*
