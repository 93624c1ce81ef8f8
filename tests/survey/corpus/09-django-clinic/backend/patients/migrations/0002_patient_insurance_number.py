from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("patients", "0001_initial")]
    operations = [migrations.AddField("patient", "insurance_number", models.CharField(max_length=20, unique=True))]
